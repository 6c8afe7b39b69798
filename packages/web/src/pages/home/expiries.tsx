/** 13 weeks as a calendar: the darker the day, the more lapses on it. The same as a table for who prefers one. */
import { getExpiries, type ResultOf } from '@custos/contract';
import { Group, Stack, Switch, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Card } from '../../parts/card.tsx';
import { Time } from '../../parts/time.tsx';
import classes from './expiries.module.css';
import { DutyLink } from './home.tsx';
import { text } from './text.ts';

type Day = ResultOf<typeof getExpiries>['days'][number];

const DAY = 86_400_000;
const DAYS = 91;
const LONG = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' });
const SHORT = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' });
const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'short', day: 'numeric', timeZone: 'UTC' });

export function Expiries({ organisation }: { organisation: string }) {
  const { day } = useSearch({ from: '/shell/$organisation' });
  const navigate = useNavigate({ from: '/$organisation' });
  const [asTable, setAsTable] = useState(false);
  const expiries = useQuery({
    ...read(getExpiries, { params: { organisation }, query: day === undefined ? {} : { from: day } }),
    placeholderData: keepPreviousData,
  });
  const choose = (chosen: string) =>
    void navigate({ search: chosen === day ? {} : { day: chosen }, replace: true, resetScroll: false });
  return (
    <Card title={text.expiries}>
      <Await query={expiries} height={220}>
        {({ today, days, items }) =>
          items.length === 0 && days.length === 0 ? (
            <Text size="sm">{text.nothingLapses}</Text>
          ) : (
            <Stack gap="sm">
              <Group justify="space-between" gap="xs">
                <Text size="sm" c="dimmed" maw={300}>
                  {text.expiriesHelp}
                </Text>
                <Switch
                  size="xs"
                  label={text.asTable}
                  checked={asTable}
                  onChange={(event) => setAsTable(event.currentTarget.checked)}
                />
              </Group>
              {asTable ? (
                <DayTable days={days} />
              ) : (
                <Calendar today={today} days={days} chosen={day} choose={choose} />
              )}
              <div>
                <Text size="sm" fw={600}>
                  {day === undefined ? text.fromToday : text.from(LONG.format(new Date(day)))}
                </Text>
                <Stack gap={4} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
                  {items.slice(0, 8).map(({ system, name, duty, at }) => (
                    <li key={system + duty}>
                      <DutyLink {...{ organisation, system, duty }} />{' '}
                      <Text span size="xs" c="dimmed">
                        {name}, <Time at={at} short />
                      </Text>
                    </li>
                  ))}
                </Stack>
              </div>
            </Stack>
          )
        }
      </Await>
    </Card>
  );
}

interface CalendarProps {
  today: string;
  days: readonly Day[];
  chosen: string | undefined;
  choose: (day: string) => void;
}

function Calendar({ today, days, chosen, choose }: CalendarProps) {
  const first = Date.parse(today);
  // Weeks begin on Monday.
  const monday = first - ((new Date(first).getUTCDay() + 6) % 7) * DAY;
  const weeks = Math.ceil((first + DAYS * DAY - monday) / (7 * DAY));
  const byDay = new Map(days.map((day) => [day.day, day]));
  const most = Math.max(1, ...days.map(({ duties }) => duties));
  return (
    <div className={classes.scroll}>
      <table className={classes.calendar} aria-label={text.calendar}>
        <thead>
          <tr>
            <th scope="col">
              <span className={classes.hidden}>{text.weekday}</span>
            </th>
            {Array.from({ length: weeks }, (_, week) => {
              const begin = new Date(monday + week * 7 * DAY);
              return (
                <th key={begin.getTime()} scope="col" className={classes.week}>
                  {week % 3 === 0 ? (
                    MONTH.format(begin)
                  ) : (
                    <span className={classes.hidden}>{MONTH.format(begin)}</span>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: 7 }, (_, weekday) => (
            <tr key={SHORT.format(new Date(monday + weekday * DAY))}>
              <th scope="row" className={classes.weekday}>
                {SHORT.format(new Date(monday + weekday * DAY))}
              </th>
              {Array.from({ length: weeks }, (_, week) => {
                const at = monday + (week * 7 + weekday) * DAY;
                const day = new Date(at).toISOString().slice(0, 10);
                const inside = at >= first && at < first + DAYS * DAY;
                return (
                  <td key={day}>
                    {inside ? (
                      <Cell
                        day={day}
                        found={byDay.get(day)}
                        most={most}
                        chosen={chosen === day}
                        choose={choose}
                      />
                    ) : null}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({
  day,
  found,
  most,
  chosen,
  choose,
}: {
  day: string;
  found: Day | undefined;
  most: number;
  chosen: boolean;
  choose: (day: string) => void;
}) {
  if (!found) return <span className={classes.empty} />;
  const label = text.dayLabel(LONG.format(new Date(day)), found.duties, found.systems);
  return (
    <button
      type="button"
      className={classes.cell}
      data-level={Math.ceil((4 * found.duties) / most)}
      aria-pressed={chosen}
      aria-label={label}
      title={label}
      onClick={() => choose(day)}
    >
      {found.duties > 99 ? '99+' : found.duties}
    </button>
  );
}

function DayTable({ days }: { days: readonly Day[] }) {
  return (
    <Table fz="sm" verticalSpacing={2}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{text.day}</Table.Th>
          <Table.Th ta="right">{text.duties}</Table.Th>
          <Table.Th ta="right">{text.systems}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className="tabular">
        {days.map(({ day, duties, systems }) => (
          <Table.Tr key={day}>
            <Table.Td>{LONG.format(new Date(day))}</Table.Td>
            <Table.Td ta="right">{duties}</Table.Td>
            <Table.Td ta="right">{systems}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
