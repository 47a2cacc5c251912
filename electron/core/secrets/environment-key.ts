import { errorCode, errorMessage } from '../data-folder/error-code.ts';
import { checkKeyShape } from './check-key-shape.ts';

/** The environment variables that may bring the Cody key. */
export type KeyEnvironment = {
  readonly CODY_API_KEY?: string | undefined;
  /** The path of a file that holds nothing but the key, such as a container's secret. */
  readonly CODY_API_KEY_FILE?: string | undefined;
};

/** The environment's key; that it brings none; or why the one it brings cannot be used, in words without the key. */
export type EnvironmentKey =
  | { brought: true; key: string; variable: string }
  | { brought: true; key: null; variable: string; trouble: string }
  | { brought: false };

/** Finds the key in the environment: `CODY_API_KEY`, or else the file named by `CODY_API_KEY_FILE`. Empty is unset. */
export async function readEnvironmentKey(
  environment: KeyEnvironment,
  readFile: (path: string) => Promise<string>,
): Promise<EnvironmentKey> {
  const direct = environment.CODY_API_KEY?.trim();
  if (direct) return judge('CODY_API_KEY', direct);
  const file = environment.CODY_API_KEY_FILE?.trim();
  if (!file) return { brought: false };
  const variable = 'CODY_API_KEY_FILE';
  try {
    return judge(variable, await readFile(file));
  } catch (error) {
    const why = errorCode(error) === 'ENOENT' ? 'it does not exist' : errorMessage(error);
    const trouble = `The file ${file} named by ${variable} cannot be read: ${why}. Mend the path or unset ${variable}.`;
    return { brought: true, key: null, variable, trouble };
  }
}

function judge(variable: string, text: string): EnvironmentKey {
  const shape = checkKeyShape(text);
  if (shape.ok) return { brought: true, key: shape.key, variable };
  const trouble = `The key given by ${variable} cannot be used. ${shape.message}`;
  return { brought: true, key: null, variable, trouble };
}
