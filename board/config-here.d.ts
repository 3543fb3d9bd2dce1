/**
 * The config that the build embeds. Each function makes its section anew, so that none takes memory at rest; a section that the config
 * does not have is null.
 */
declare module "virtual:config" {
  export function wifiConfig(): import("../src/apps/config").WifiConfig;
  export function serverConfig(): import("../src/apps/config").ServerConfig;
  export function statusConfig(): import("../src/apps/config").StatusConfig;
  export function lightConfig(): import("../src/apps/config").LightConfig | null;
  export function publishConfig(): import("../src/apps/config").PublishConfig | null;
}
