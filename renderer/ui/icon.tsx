const paths = {
  copy: 'M6 5.5V4a1.5 1.5 0 0 1 1.5-1.5H12A1.5 1.5 0 0 1 13.5 4v4.5A1.5 1.5 0 0 1 12 10h-1.5M4 5.5h5A1.5 1.5 0 0 1 10.5 7v5A1.5 1.5 0 0 1 9 13.5H4A1.5 1.5 0 0 1 2.5 12V7A1.5 1.5 0 0 1 4 5.5Z',
  check: 'm3 8.5 3.25 3.25L13 5',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  'eye-off':
    'm2 2 12 12M6.6 3.7C7 3.56 7.5 3.5 8 3.5c4 0 6.5 4.5 6.5 4.5s-.7 1.26-2 2.5M10 12.2c-.6.2-1.3.3-2 .3C4 12.5 1.5 8 1.5 8s.8-1.5 2.4-2.8M9.4 9.4a2 2 0 0 1-2.8-2.8',
  warning:
    'M8 6v3M8 11.25v.01M7.13 2.5 1.64 12a1 1 0 0 0 .87 1.5h10.98a1 1 0 0 0 .87-1.5L8.87 2.5a1 1 0 0 0-1.74 0Z',
  info: 'M8 7.5V11M8 5v.01M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z',
} as const;

/** The name of a picture. */
export type IconName = keyof typeof paths;

/** A line drawing of 16 by 16 in the text's colour. Screen readers skip it: the button or text beside it has the name. */
export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={`size-4 shrink-0 ${className ?? ''}`}
    >
      <path d={paths[name]} />
    </svg>
  );
}
