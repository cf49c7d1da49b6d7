// pdfkit ships its font metrics as modules without types.
declare module 'pdfkit/standard-fonts/*' {
  const metrics: object;
  export default metrics;
}
