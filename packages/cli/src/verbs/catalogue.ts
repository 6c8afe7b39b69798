/** `custos catalogue`: the standard as data, the observation types, and schemas for editors. */
import { CustosError, isPredicateName, MEASURED, nearest, predicates, predicateType } from '@custos/core';
import { custosYamlJsonSchema } from '@custos/engine';
import type { Command } from 'commander';
import { z } from 'zod';
import { emit } from '../output.ts';
import { openSpecification } from '../resources.ts';

export function addCatalogue(program: Command): void {
  const catalogue = program.command('catalogue').description('the standard, observation types and schemas');
  catalogue
    .command('list', { isDefault: true })
    .description('principles, provisions and duties')
    .option('--standard <folder>', 'a framework of your own')
    .option('--format <format>', 'text or json', 'text')
    .action(async (flags: { standard?: string; format: string }) => {
      const { specification, digest } = await openSpecification(flags.standard);
      if (flags.format === 'json')
        return emit(`${JSON.stringify({ digest, ...specification }, undefined, 2)}\n`, undefined);
      const duties = specification.provisions.flatMap((provision) => provision.duties);
      const lines = [
        `${specification.standard} ${specification.version}  ${digest}`,
        `${specification.provisions.length} provisions, ${duties.length} duties`,
      ];
      for (const principle of specification.principles) {
        lines.push('', `${principle.number}. ${principle.title}  (${principle.clause}, ${principle.phase})`);
        for (const provision of specification.provisions.filter(
          (item) => item.principle === principle.number,
        ))
          lines.push(
            `   ${provision.id.padEnd(10)} ${provision.norm.padEnd(6)} ${provision.duties.length}  ${provision.title}`,
          );
      }
      return emit(`${lines.join('\n')}\n`, undefined);
    });
  catalogue
    .command('predicates')
    .description('all observation types')
    .action(async () => {
      const lines = Object.keys(predicates)
        .sort()
        .map(
          (name) =>
            `${name.padEnd(26)} ${isPredicateName(name) && MEASURED.has(name) ? 'measured' : 'stated  '}  ${isPredicateName(name) ? predicateType(name) : ''}`,
        );
      await emit(`${lines.join('\n')}\n`, undefined);
    });
  catalogue
    .command('predicate <name>')
    .description('the JSON Schema of one observation type')
    .action(async (name: string) => {
      if (!isPredicateName(name)) {
        const guess = nearest(name, Object.keys(predicates));
        throw new CustosError(
          'USAGE',
          `"${name}" is no observation type.${guess ? ` Did you mean ${guess}?` : ''}`,
        );
      }
      await emit(
        `${JSON.stringify(z.toJSONSchema(predicates[name], { io: 'input', unrepresentable: 'any' }), undefined, 2)}\n`,
        undefined,
      );
    });
  catalogue
    .command('schema')
    .description('the JSON Schema of custos.yaml, for editors')
    .action(async () => emit(`${JSON.stringify(custosYamlJsonSchema(), undefined, 2)}\n`, undefined));
}
