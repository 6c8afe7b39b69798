// `npm start`: the service with its console, on the embedded store. With words it is the command line.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bundle = join(root, 'packages/cli/dist/custos.mjs');
// npm runs scripts in the package's root; paths are meant from where the user stands.
process.chdir(process.env.INIT_CWD ?? process.cwd());
const words = process.argv.slice(2);
process.argv = [process.execPath, bundle, ...(words.length > 0 ? words : ['up'])];
// In this very process, so that signals reach it.
await import(pathToFileURL(bundle).href);
