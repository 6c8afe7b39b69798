/** After a navigation, focus goes to the heading of what was opened, as it would on a page of its own. */
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

/** A heading that comes with its data is waited for so long, in milliseconds, unless somebody moves the focus. */
const PATIENCE = 5000;

export function useFocusOnNavigation(): void {
  const router = useRouter();
  useEffect(() => {
    let stop = () => {};
    const leave = router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
      if (!fromLocation || !pathChanged) return;
      stop();
      const main = document.getElementById('main');
      if (!main) return;
      let focused = focusHeading(main);
      const observer = new MutationObserver(() => {
        if (document.activeElement === focused || document.activeElement === document.body)
          focused = focusHeading(main);
        else stop();
      });
      observer.observe(main, { childList: true, subtree: true });
      const timer = setTimeout(() => observer.disconnect(), PATIENCE);
      stop = () => {
        clearTimeout(timer);
        observer.disconnect();
      };
    });
    return () => {
      stop();
      leave();
    };
  }, [router]);
}

/** The innermost heading; without one, the place where it will be. */
function focusHeading(main: HTMLElement): HTMLElement {
  const headings = main.querySelectorAll<HTMLElement>('[data-heading]');
  const target =
    (headings.length > 0 ? headings.item(headings.length - 1) : main.querySelector<HTMLElement>('h1')) ??
    main;
  if (document.activeElement === target) return target;
  target.setAttribute('tabindex', '-1');
  target.focus({ preventScroll: true });
  return target;
}
