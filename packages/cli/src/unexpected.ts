/** What is told of an error that is a bug of Custos or a broken installation. Imports nothing: the entry needs it first. */
export function unexpected(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `custos: this should not have happened: ${message}\nNothing half-done was kept. Please report it with the command that you ran.\n`;
}
