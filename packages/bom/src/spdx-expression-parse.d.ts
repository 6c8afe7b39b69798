/** The package has no types of its own. */
declare module 'spdx-expression-parse' {
  /** @throws Error for what is no SPDX licence expression */
  export default function parse(source: string): unknown;
}
