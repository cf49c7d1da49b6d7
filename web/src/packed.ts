/** The text of a part of the page that lies in it compressed, or undefined where the page has no such part. */
export async function unpacked(id: string): Promise<string | undefined> {
  const element = document.getElementById(id);
  if (element === null) return undefined;
  const bytes = Uint8Array.from(atob(element.textContent ?? ''), (char) => char.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}
