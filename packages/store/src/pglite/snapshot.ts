/** A copy of a folder that survives a power cut once it is there. */
import { cp, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  await cp(from, to, { recursive: true });
}

/** Files first, then the folders that name them. */
export async function syncFolder(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true }))
    await (entry.isDirectory() ? syncFolder(join(dir, entry.name)) : sync(join(dir, entry.name)));
  await sync(dir);
}

async function sync(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
