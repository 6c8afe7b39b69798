/** Entry of the CLI. `--version` answers before anything else is loaded. */
import { setFlagsFromString } from 'node:v8';
import { unexpected } from './unexpected.ts';
import { VERSION } from './version.ts';

// Node would end with 1, which is a finding; 2 is the code of errors (EXIT in @custos/core, which is not loaded yet).
process.on('uncaughtException', (error) => {
  process.stderr.write(unexpected(error));
  process.exit(2);
});

if (process.argv[2] === '--version' && process.argv.length === 3) process.stdout.write(`${VERSION}\n`);
else {
  // Most runs are over before the optimising compiler has paid for itself: docs/decisions/0014. The service is not.
  if (process.argv[2] !== 'up') {
    setFlagsFromString('--no-regexp-tier-up');
    // Newer ones have another compiler between the two, and not this flag.
    if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=3000000');
  }
  await (await import('./run.ts')).run(process.argv);
}
