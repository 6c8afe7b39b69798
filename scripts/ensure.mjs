// The first part of `npm start` and `npm test` (with ignore-scripts npm runs no pre-scripts): installs what the lockfile names
// when node_modules is older, and builds when a source is newer than the bundle. Uses Node alone, as nothing may be
// installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const age = (path) => (existsSync(join(root, path)) ? statSync(join(root, path)).mtimeMs : 0);

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue;
    const path = join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : age(path));
  }
  return time;
}

function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Custos needs Node.js 20.19 or newer; this is ${process.version}.`);
  process.exit(2);
}
if (age('node_modules/.package-lock.json') < age('package-lock.json')) {
  console.error('Installing…');
  // Not `npm ci`: it refuses a lock file that does not list the native parts of every platform. Versions are those of the lock.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund']);
}
const built = age('packages/cli/dist/custos.mjs');
if (built < Math.max(newest('packages'), newest('standard'), age('scripts/build.mjs'))) {
  console.error('Building…');
  run(process.execPath, ['scripts/build.mjs']);
}
