/** Why an action failed, told to screen readers at once; nothing while there is no problem. */
export function ProblemText({ problem }: { problem: string | null }) {
  return (
    <p role="alert" className="text-bad empty:hidden">
      {problem}
    </p>
  );
}
