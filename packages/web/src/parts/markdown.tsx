/** Markdown of people, shown without HTML, images or addresses that could run something. */
import { Anchor, Typography } from '@mantine/core';
import ReactMarkdown, { type Components, defaultUrlTransform } from 'react-markdown';
import remarkGfm from 'remark-gfm';

const TAGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const;

/** The page has its heading already: the shallowest of a text becomes the level below `under`. */
function headings(text: string, under: 1 | 2): Components {
  const levels = [...text.matchAll(/^(#{1,6})\s/gm)].map(([, signs]) => signs?.length ?? 1);
  const shallowest = Math.min(...levels, 6);
  return Object.fromEntries(
    TAGS.map((tag, at) => [tag, TAGS[Math.min(under + Math.max(0, at + 1 - shallowest), 5)] ?? 'h6']),
  );
}

/** Only addresses that open a page or a mail. */
function safeUrl(url: string): string {
  return /^(https?:|mailto:)/i.test(url) ? defaultUrlTransform(url) : '';
}

export function Markdown({ text, under = 1 }: { text: string; under?: 1 | 2 }) {
  return (
    <Typography style={{ maxWidth: 760, overflowWrap: 'anywhere' }}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        disallowedElements={['img']}
        urlTransform={safeUrl}
        components={{
          ...headings(text, under),
          table: ({ children }) => (
            <div style={{ overflowX: 'auto' }}>
              <table>{children}</table>
            </div>
          ),
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
