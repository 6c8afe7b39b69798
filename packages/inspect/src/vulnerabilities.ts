export function cvesOf(_rule: string): readonly string[] { return []; }
