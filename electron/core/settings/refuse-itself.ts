import type { SettingsService } from '../host-services.ts';

/** The settings service, but an upstream that is this program itself is refused. */
export function refuseItself(
  service: SettingsService,
  isItself: (baseUrl: string) => boolean,
): SettingsService {
  return {
    settings: service.settings,
    update: async (patch) => {
      const baseUrl = patch.upstream?.baseUrl;
      if (baseUrl !== undefined && URL.canParse(baseUrl) && isItself(baseUrl)) {
        return { updated: false, problems: [{ path: 'upstream.baseUrl', message: refusal }] };
      }
      return await service.update(patch);
    },
  };
}

const refusal =
  'This is the address of Cody Desktop itself; requests would go round in a circle. Enter the Cody API, such as https://codyapi.ru/v1.';
