import { type Actor, type Content, type Evidence, OWN_PRODUCER, type PredicateName } from '@custos/core';
import { describe, expect, it } from 'vitest';
import { assessmentFixture, evidenceFixture, loadSpecification, observe } from './fixture.ts';
import { ixitTables } from './ixit.ts';

const THREATS = 11;
const SYSTEM = 1;
const STRANGER: Actor = { id: 'stranger@example.net', role: 'developer' };
const MARA: Actor = { id: 'mara@example.org', role: 'developer' };

function tables(evidence: readonly Evidence[]) {
  const found = ixitTables(assessmentFixture(), loadSpecification(), evidence);
  return (number: number) => {
    const table = found.find((item) => item.number === number);
    if (!table) throw new Error(`no table ${number}`);
    return table;
  };
}

function later<N extends PredicateName>(
  name: N,
  content: Content<N>,
  by: Actor,
  changes: { verified?: boolean; producer?: string; observedAt?: string } = {},
): Evidence {
  const made = observe(name, content, by);
  const { predicate } = made.statement;
  return {
    ...made,
    authenticity:
      changes.verified === false ? { verified: false, why: 'No key signed it.' } : made.authenticity,
    statement: {
      ...made.statement,
      predicate: {
        ...predicate,
        producer: { name: changes.producer ?? predicate.producer.name, version: '1' },
        observedAt: changes.observedAt ?? '2026-02-25T10:00:00.000Z',
        validFrom: changes.observedAt ?? '2026-02-25T10:00:00.000Z',
      },
    },
  };
}

function threatModel(): Evidence {
  const found = evidenceFixture().find((item) => item.statement.predicateType.includes('threat-model'));
  if (!found) throw new Error('the fixture has no threat model');
  return found;
}

const EMPTY_MODEL: Content<'threat-model'> = {
  assets: [],
  dataFlows: [],
  catalogue: 'none',
  catalogueVersion: '0',
  catalogueLatest: '0',
  reviewedAt: '2026-02-25T00:00:00Z',
  threats: [],
};

describe('IXIT tables rest on what evaluation rests on', () => {
  it('shows the threats of the fixture', () => {
    expect(tables(evidenceFixture())(THREATS).rows).toHaveLength(2);
  });

  it('leaves out what nobody trusted signed, and counts it', () => {
    const forged = later('threat-model', EMPTY_MODEL, STRANGER, { verified: false });
    const table = tables([...evidenceFixture(), forged])(THREATS);
    expect(table.rows).toHaveLength(2);
    expect(table.note).toContain('1 recorded observation is left out');
  });

  it("takes nobody's retraction of another's statement", () => {
    const retraction = later(
      'retraction',
      { of: threatModel().id, reason: 'This was never said by anybody here' },
      STRANGER,
    );
    expect(tables([...evidenceFixture(), retraction])(THREATS).rows).toHaveLength(2);
  });

  it('takes the retraction of who said it', () => {
    const retraction = later(
      'retraction',
      { of: threatModel().id, reason: 'It was recorded by mistake and is wrong' },
      MARA,
    );
    expect(tables([...evidenceFixture(), retraction])(THREATS).rows).toHaveLength(0);
  });

  it('takes a declaration from Custos only', () => {
    const declared = evidenceFixture().find(({ statement }) =>
      statement.predicateType.includes('system-declaration'),
    );
    const content = declared?.statement.predicate.content as Content<'system-declaration'>;
    const forged = later(
      'system-declaration',
      { ...content, purpose: 'Something entirely harmless, says a stranger' },
      STRANGER,
      {
        producer: 'my-tool',
      },
    );
    expect(JSON.stringify(tables([...evidenceFixture(), forged])(SYSTEM).rows)).not.toContain(
      'entirely harmless',
    );
    expect(declared?.statement.predicate.producer.name).toBe(OWN_PRODUCER);
  });

  it('knows nothing of what was observed after the time of evaluation', () => {
    const future = later('threat-model', EMPTY_MODEL, MARA, { observedAt: '2026-04-01T00:00:00.000Z' });
    expect(tables([...evidenceFixture(), future])(THREATS).rows).toHaveLength(2);
  });
});
