/** After a navigation, focus goes to the heading of what was opened, as it would on a page of its own. */
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

export function useFocusOnNavigation(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged) return;
        const main = document.getElementById('main');
        const headings = main?.querySelectorAll<HTMLElement>('[data-heading]');
        const target = headings?.item(headings.length - 1) ?? main?.querySelector<HTMLElement>('h1') ?? main;
        target?.setAttribute('tabindex', '-1');
        target?.focus({ preventScroll: true });
      }),
    [router],
  );
}
