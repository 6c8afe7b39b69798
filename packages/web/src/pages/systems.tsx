import { useParams } from '@tanstack/react-router';
import { Page } from '../parts/page.tsx';
import { SystemList } from '../parts/system-list.tsx';

export function SystemsPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/systems' });
  return (
    <Page title="Systems">
      <SystemList organisation={organisation} />
    </Page>
  );
}
