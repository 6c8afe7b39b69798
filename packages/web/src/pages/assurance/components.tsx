/** External components: scores with their reasons, what is demanded, and the justification of poor ones. */
import { createRequest, listComponents, type ResultOf } from '@custos/contract';
import { DeciderRole } from '@custos/core';
import {
  Accordion,
  Badge,
  Box,
  Button,
  Group,
  List,
  Paper,
  Select,
  Stack,
  TagsInput,
  Text,
  Title,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { DayField, endOfDay, inDays } from '../../parts/day-field.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { ROLE, words } from '../../parts/words.ts';
import { useStanding, useSystem, useSystemParams } from '../system/data.ts';
import { text } from './text.ts';

type Component = ResultOf<typeof listComponents>['items'][number];
const PAGE = 50;

export function ComponentsPage() {
  const params = useSystemParams();
  const system = useSystem();
  const components = useQuery(read(listComponents, { params }));
  const [most, setMost] = useState(PAGE);
  const [justifying, setJustifying] = useState<Component>();
  return (
    <Section title={text.components.title} of={system.data?.value.name ?? ''} help={text.components.help}>
      <Await query={components}>
        {({ items, line }) => {
          if (items.length === 0) return <Text>{text.components.nothing}</Text>;
          const unscored = items.filter(({ score }) => score === undefined).length;
          const sorted = [...items].sort((a, b) => rank(a) - rank(b));
          return (
            <>
              <Text size="sm">
                {text.components.line(percent(line))} {unscored > 0 ? text.components.unscored(unscored) : ''}
              </Text>
              <Accordion variant="separated" chevronPosition="left" multiple>
                {sorted.slice(0, most).map((one) => (
                  <Accordion.Item key={one.asset.id} value={one.asset.id}>
                    <Accordion.Control>
                      <Head component={one} />
                    </Accordion.Control>
                    <Accordion.Panel>
                      <Details component={one} justify={() => setJustifying(one)} />
                    </Accordion.Panel>
                  </Accordion.Item>
                ))}
              </Accordion>
              {items.length > most ? (
                <Button variant="default" onClick={() => setMost(most + PAGE)}>
                  {text.more}
                </Button>
              ) : null}
              {justifying ? <Justify component={justifying} close={() => setJustifying(undefined)} /> : null}
            </>
          );
        }}
      </Await>
    </Section>
  );
}

/** Poor ones first, then those of which nothing is known. */
function rank({ poor, demands }: Component): number {
  if (poor === true) return demands.length > 0 ? 0 : 2;
  return poor === undefined ? 1 : 3;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function Head({ component: { asset, score, poor } }: { component: Component }) {
  const [color, word] =
    poor === undefined
      ? ['gray.7', text.components.notScored]
      : poor
        ? ['#b02525', text.components.poor]
        : ['#23752f', text.components.good];
  return (
    <Group gap="sm" justify="space-between">
      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
        {asset.id} {asset.version ?? ''}
      </Text>
      <Group gap="sm">
        {score ? (
          <Text size="xs" c="dimmed">
            {text.components.documentation} {percent(score.documentation)}, {text.components.security}{' '}
            {percent(score.security)}
          </Text>
        ) : null}
        <Badge color={color} autoContrast tt="none">
          {word}
        </Badge>
      </Group>
    </Group>
  );
}

function Details({ component, justify }: { component: Component; justify: () => void }) {
  const { speaks } = useStanding();
  const { score, demands, justification, approved, poor } = component;
  return (
    <Stack gap="sm">
      <Box>
        <Title order={3} size="h6">
          {text.components.demands}
        </Title>
        {demands.length === 0 ? (
          <Text size="sm">{text.components.nothingDemanded}</Text>
        ) : (
          <List size="sm">
            {demands.map((demand) => (
              <List.Item key={demand}>{demand}</List.Item>
            ))}
          </List>
        )}
      </Box>
      {score ? (
        <List size="sm" listStyleType="none">
          {score.parts.map(({ name, met, reason }) => (
            <List.Item key={name}>
              <span aria-hidden>{met ? '✓' : '✗'}</span> {words(name)} (
              {met ? text.components.met : text.components.notMet}): {reason}
            </List.Item>
          ))}
        </List>
      ) : null}
      {justification ? (
        <Paper withBorder p="sm">
          <Text size="sm" fw={600}>
            {text.components.justification}:{' '}
            {approved ? text.components.approvedJustification : text.components.openJustification}
          </Text>
          <Text size="sm">{justification.rationale}</Text>
          {justification.riskAssessment ? <Text size="sm">{justification.riskAssessment}</Text> : null}
          <Text size="sm">
            {text.components.controls}: {justification.controls.join(', ')}
          </Text>
          <Text size="xs" c="dimmed">
            <Time at={justification.at} />
            {justification.until ? (
              <>
                , {text.components.until} <Time at={justification.until} short />
              </>
            ) : null}
          </Text>
        </Paper>
      ) : null}
      {poor === true ? (
        speaks.includes('system_operator') ? (
          <Group>
            <Button size="xs" onClick={justify}>
              {text.components.justify}
            </Button>
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            {text.components.operatorOnly}
          </Text>
        )
      ) : null}
    </Stack>
  );
}

const DECIDERS = ['system_operator', 'organisation'] as const;

function Justify({ component: { asset }, close }: { component: Component; close: () => void }) {
  const params = useSystemParams();
  const [rationale, setRationale] = useState('');
  const [riskAssessment, setRisk] = useState('');
  const [controls, setControls] = useState<string[]>([]);
  const [expires, setExpires] = useState(inDays(180));
  const [due, setDue] = useState(inDays(14));
  const [role, setRole] = useState<DeciderRole>('organisation');
  return (
    <FormDialog
      title={text.components.justifyTitle(asset.name)}
      help={text.components.justifyHelp}
      submit={text.components.justify}
      done={text.components.asked}
      close={close}
      disabled={controls.length === 0}
      run={() =>
        client.call(createRequest, {
          params,
          body: {
            title: text.components.justifyTitle(asset.name).slice(0, 200),
            note: rationale,
            ask: {
              kind: 'justification',
              component: asset.id,
              rationale,
              riskAssessment,
              controls,
              expiresAt: endOfDay(expires),
            },
            steps: [{ role, needed: 1 }],
            dueAt: endOfDay(due),
          },
        })
      }
    >
      <ReasonField label={text.components.rationale} value={rationale} onChange={setRationale} />
      <ReasonField label={text.components.risk} value={riskAssessment} onChange={setRisk} />
      <TagsInput
        label={text.components.controls}
        description={text.components.controlsHelp}
        withAsterisk
        acceptValueOnBlur
        value={controls}
        onChange={setControls}
      />
      <Group grow>
        <DayField label={text.components.expires} value={expires} onChange={setExpires} />
        <DayField label={text.components.due} value={due} onChange={setDue} />
      </Group>
      <Select
        label={text.components.decider}
        allowDeselect={false}
        data={DECIDERS.map((value) => ({ value, label: ROLE[value] }))}
        value={role}
        onChange={(value) => setRole(DeciderRole.parse(value))}
      />
    </FormDialog>
  );
}
