/** Markdown of people, shown without HTML, images or addresses that could run something. */
import { Anchor, Typography } from '@mantine/core';
import ReactMarkdown, { type Components, defaultUrlTransform } from 'react-markdown';

/** The page has its heading already, so those of a text begin one level below `under`. */
function headings(under: 1 | 2): Components {
  const tags = ['h2', 'h3', 'h4', 'h5', 'h6'] as const;
  const at = (level: number) => tags[Math.min(under - 1 + level, tags.length - 1)] ?? 'h6';
  return { h1: at(0), h2: at(1), h3: at(2), h4: at(3), h5: 'h6', h6: 'h6' };
}

/** Only addresses that open a page or a mail. */
function safeUrl(url: string): string {
  return /^(https?:|mailto:)/i.test(url) ? defaultUrlTransform(url) : '';
}

export function Markdown({ text, under = 1 }: { text: string; under?: 1 | 2 }) {
  return (
    <Typography style={{ maxWidth: 760, overflowWrap: 'anywhere' }}>
      <ReactMarkdown
        skipHtml={false}
        disallowedElements={['img']}
        urlTransform={safeUrl}
        components={{
          ...headings(under),
          a: ({ href, children }) =>
            href ? (
              <Anchor href={href} rel="noopener noreferrer nofollow" target="_blank" underline="always">
                {children}
              </Anchor>
            ) : (
              <span>{children}</span>
            ),
        }}
      >
        {text}
      </ReactMarkdown>
    </Typography>
  );
}
