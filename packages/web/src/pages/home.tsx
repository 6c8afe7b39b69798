import { useParams } from '@tanstack/react-router';
import { Page } from '../parts/page.tsx';
import { SystemList } from '../parts/system-list.tsx';

export function HomePage() {
  const { organisation } = useParams({ from: '/shell/$organisation' });
  return (
    <Page title="Home">
      <SystemList organisation={organisation} />
    </Page>
  );
}
