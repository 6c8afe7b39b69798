/** The frame of the pages about training, with their tabs. */
import { Box, NavLink } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useStandingOn } from '../../api/standing.ts';
import { Page } from '../../parts/page.tsx';
import { text } from './text.ts';

const TABS = [
  { label: text.tabs.mine, to: '/$organisation/training' },
  { label: text.tabs.policy, to: '/$organisation/training/policy' },
  { label: text.tabs.programme, to: '/$organisation/training/programme' },
  { label: text.tabs.threats, to: '/$organisation/training/threats' },
  { label: text.tabs.team, to: '/$organisation/training/team', needs: 'training.read' },
] as const;

export function TrainingPage({
  organisation,
  description,
  actions,
  children,
}: {
  organisation: string;
  description: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { may } = useStandingOn(organisation);
  return (
    <Page title={text.title} description={description} actions={actions}>
      <Box
        component="nav"
        aria-label={text.tabs.label}
        className="no-print"
        style={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}
      >
        {TABS.filter((tab) => !('needs' in tab) || may(tab.needs)).map(({ label, to }) => (
          <NavLink
            key={to}
            label={label}
            w="auto"
            py={6}
            style={{ borderRadius: 'var(--mantine-radius-sm)' }}
            renderRoot={(props) => (
              <Link
                to={to}
                params={{ organisation }}
                activeOptions={{ exact: true }}
                activeProps={{ 'data-active': true, 'aria-current': 'page' }}
                {...props}
              />
            )}
          />
        ))}
      </Box>
      {children}
    </Page>
  );
}
