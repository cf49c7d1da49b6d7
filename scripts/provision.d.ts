/** Where a server is, or why it could not be had. */
export type Provisioned = { readonly ok: true; readonly folder: string } | { readonly ok: false; readonly reason: string };
export const cache: string;
export function moto(): Provisioned;
export function neo4j(): Provisioned;
export function apoc(): Provisioned;
export function graphLibraries(): Provisioned;
export function chromium(): Provisioned;
