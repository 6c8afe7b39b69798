/** A time with its zone, and the exact instant for machines. */
const FORMAT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const ZONE = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' });

export function Time({ at }: { at: string }) {
  const date = new Date(at);
  const zone = ZONE.formatToParts(date).find((part) => part.type === 'timeZoneName')?.value ?? '';
  return (
    <time dateTime={at} title={at}>
      {FORMAT.format(date)} {zone}
    </time>
  );
}
