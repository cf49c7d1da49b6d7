/** Our own line drawings, one a node kind, in a box of 24 x 24. Stroke only, so that they read in light and dark. */
const drawings: Readonly<Record<string, string>> = {
  Internet: '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3.5 3.5 3.5 14.500 0 18M12 3c-3.500 3.500-3.500 14.500 0 18"/>',
  Outsider: '<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7M17 3l4 4M21 3l-4 4"/>',
  Federated: '<circle cx="7" cy="12" r="4"/><circle cx="17" cy="12" r="4"/>',
  Phished: '<path d="M12 3v10a4 4 0 1 1-4-4M12 3l3 3M12 3 9 6"/>',
  OnPremises: '<path d="M4 21V8l6-4v17M10 21V10l10-3v14zM14 12v0M14 16v0M17 12v0M17 16v0"/>',
  Organization: '<path d="M12 4v5M5 20v-5h14v5M12 9v6"/><circle cx="12" cy="4" r="1.500"/>',
  Folder: '<path d="M3 6h6l2 3h10v10H3z"/>',
  Account: '<path d="M12 3 4 6v6c0 5 3.500 8 8 9 4.500-1 8-4 8-9V6z"/><path d="M9 12l2 2 4-4"/>',
  Principal: '<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7"/>',
  Group: '<circle cx="9" cy="9" r="3.500"/><circle cx="16" cy="10" r="2.500"/><path d="M3 20c.7-4 3-6 6-6s5.300 2 6 6M15 15c3 0 5 1.500 6 5"/>',
  Credential: '<circle cx="8" cy="15" r="4"/><path d="M11 12l9-9M16 7l3 3"/>',
  Policy: '<path d="M6 3h9l3 3v15H6zM9 10h6M9 14h6"/>',
  Compute: '<rect x="5" y="5" width="14" height="14" rx="2"/><path d="M9 9h6v6H9zM9 2v3M15 2v3M9 19v3M15 19v3M2 9h3M2 15h3M19 9h3M19 15h3"/>',
  Pipeline:
    '<circle cx="5" cy="12" r="2.500"/><circle cx="19" cy="6" r="2.500"/><circle cx="19" cy="18" r="2.500"/><path d="M7.500 12H13V6h3.500M13 12v6h3.500"/>',
  Network: '<path d="M7 18a4 4 0 0 1 .5-8A5 5 0 0 1 17 9a4.500 4.500 0 0 1 0 9z"/>',
  Interface: '<path d="M4 8h16v8H4zM8 16v4M12 16v4M16 16v4"/>',
  Filter: '<path d="M3 5h18l-7 8v6l-4 2v-8z"/>',
  Gateway: '<path d="M4 21V8a8 8 0 0 1 16 0v13M4 21h16M9 21v-8h6v8"/>',
  DataStore: '<ellipse cx="12" cy="6" rx="8" ry="3"/><path d="M4 6v12c0 1.700 3.600 3 8 3s8-1.300 8-3V6M4 12c0 1.700 3.600 3 8 3s8-1.300 8-3"/>',
  Secret: '<rect x="5" y="11" width="14" height="10" rx="2"/><path d="M8 11V7a4 4 0 0 1 8 0v4"/>',
  Key: '<circle cx="8" cy="15" r="4"/><path d="M11 12l9-9M16 7l3 3"/>',
  Artifact: '<path d="M12 3l8 4.500v9L12 21l-8-4.500v-9zM4 7.500l8 4.500 8-4.500M12 12v9"/>',
  Monitor: '<path d="M3 12s3.500-6 9-6 9 6 9 6-3.500 6-9 6-9-6-9-6z"/><circle cx="12" cy="12" r="2.500"/>',
};

const fallback = '<circle cx="12" cy="12" r="8"/>';

/** A glyph as a data URI for the canvas. */
export function glyph(kind: string, colour: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="${colour}" stroke-width="1.600" stroke-linecap="round" stroke-linejoin="round">${drawings[kind] ?? fallback}</svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}
