/** `custos completion`: scripts for bash, zsh and fish, made from the verbs themselves. */
import { OPERATIONS } from '@custos/contract';
import type { Command } from 'commander';
import { emit } from '../output.ts';
import { oneOf } from './assess.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .argument('<shell>', SHELLS.join(', '), oneOf(SHELLS))
    .description('a completion script for your shell')
    .action(async (shell: (typeof SHELLS)[number]) => emit(script(shell, program), undefined));
}

function script(shell: (typeof SHELLS)[number], program: Command): string {
  const verbs = program.commands.map((command) => command.name()).sort();
  const options = (command: Command) => command.options.flatMap((option) => option.long ?? []);
  const words = (command: Command) => [
    ...command.commands.map((child) => child.name()),
    ...(command.name() === 'api' ? OPERATIONS.map(({ id }) => id) : []),
  ];
  if (shell === 'fish') {
    const lines = program.commands.flatMap((command) => [
      `complete -c custos -n __fish_use_subcommand -a ${command.name()} -d '${command.description().replaceAll("'", '')}'`,
      ...[
        ...options(command).map((name) => `-l ${name.slice(2)}`),
        ...words(command).map((word) => `-a ${word}`),
      ].map((what) => `complete -c custos -n '__fish_seen_subcommand_from ${command.name()}' ${what}`),
    ]);
    return `${lines.join('\n')}\n`;
  }
  const cases = program.commands.map(
    (command) => `    ${command.name()}) words="${[...words(command), ...options(command)].join(' ')}" ;;`,
  );
  const bash = [
    '_custos() {',
    '  local word="$' + '{COMP_WORDS[COMP_CWORD]}" words=""',
    '  case "$' + '{COMP_WORDS[1]}" in',
    ...cases,
    '  esac',
    `  [ "$COMP_CWORD" -eq 1 ] && words="${verbs.join(' ')}"`,
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '  [ "$' + '{#COMPREPLY[@]}" -eq 0 ] && COMPREPLY=($(compgen -f -- "$word"))',
    '}',
    'complete -F _custos custos',
    '',
  ].join('\n');
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${bash}` : bash;
}
