/** The string formats of the CycloneDX schemas that ajv-formats does not have. */

/** RFC 3987 IRI reference, by its alphabet: no blanks, controls, `<>"{}|\^` and backticks; percent signs begin two hex digits. */
export function isIriReference(value: string): boolean {
  return !/[\s\p{Cc}<>"{}|\\^`]|%(?![0-9A-Fa-f]{2})/u.test(value);
}

/** RFC 6531 address in its usual form: a local part and a domain without blanks. RFC 5321 limits the length. */
export function isIdnEmail(value: string): boolean {
  return value.length <= 254 && /^[^\s@"(),:;<>[\]\\]{1,64}@[^\s@"(),:;<>[\]\\]+$/u.test(value);
}
