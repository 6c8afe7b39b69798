/**
 * Where somebody goes after signing in: a path of the console, and never another site. Parsers of addresses drop tabs and line
 * ends and take a backslash for a slash, so nothing but visible ASCII after exactly one slash is let through.
 * @returns `to`, or `/` where it is no such path
 */
export function targetOf(to: string | undefined): string {
  return to !== undefined && /^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(to) ? to : '/';
}
