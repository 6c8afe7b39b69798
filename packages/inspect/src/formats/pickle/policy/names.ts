/** Lists of names as policies write them: names of one module, apart by white space. */
export type Names = Readonly<Record<string, string>>;

/** `module.name` of every entry. */
export function* fullNames(names: Names): Generator<string> {
  for (const [module, list] of Object.entries(names))
    for (const name of list.split(/\s+/)) if (name !== '') yield `${module}.${name}`;
}
