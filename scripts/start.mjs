// `npm start`: Custos on its embedded store. Without words it assesses the first example into it; with words it is the CLI.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const words = process.argv.slice(2);
const cli = (args) =>
  spawnSync(process.execPath, [join(root, 'packages/cli/dist/custos.mjs'), ...args], {
    stdio: 'inherit',
    // npm runs scripts in the package's root; paths are meant from where the user stands.
    cwd: process.env.INIT_CWD ?? process.cwd(),
  }).status ?? 2;

if (words.length > 0) process.exit(cli(words));
const example = join(root, 'examples/support-chatbot');
const status = cli(['assess', example, '--store', 'embedded']);
console.log(`
That was ${example}, assessed into the embedded store.
Next:
  npm start -- assess DIR          your own repository; only read while it holds neither custos.yaml nor .custos/
  npm start -- init DIR            declare your system in custos.yaml, then assess again
  npm start -- explain 5.2.1-1     what a provision asks and which evidence decides it
  npm start -- assess DIR --format html --out report.html`);
process.exit(status === 2 ? 2 : 0);
