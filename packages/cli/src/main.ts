/** Entry of the CLI. `--version` answers before anything else is loaded. */
import { VERSION } from './version.ts';

if (process.argv[2] === '--version' && process.argv.length === 3) process.stdout.write(`${VERSION}\n`);
else await (await import('./run.ts')).run(process.argv);
