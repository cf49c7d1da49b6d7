/** An application's role as something that one is given for the asking. */
export const applicationRole = (principal: string, role: string): string => `${principal}/${role}`.toLowerCase();
