/**
 * Write Noxus plugins in TypeScript.
 *
 *     import { data, defineNode, definePlugin } from "@noxus/sdk";
 *
 *     const shout = defineNode({
 *       name: "shout", title: "Shout",
 *       inputs: { text: data.text() }, outputs: { text: data.text() },
 *       call: (_ctx, { inputs }) => ({ text: inputs.text.toUpperCase() }),
 *     });
 *     export default definePlugin({ name: "hello", displayName: "Hello", version: "1.0.0",
 *       description: "Says it louder", author: "You", nodes: [shout] });
 *
 * Start it with `npx noxus-plugin serve`.
 */
export type { Context } from "./call/context.ts";
export type { Credentials } from "./call/credentials.ts";
export type { Log } from "./call/log.ts";
export {
  type Config,
  type ConfigInput,
  type ConfigValues,
  defineConfig,
  type Verdict,
} from "./config/config.ts";
export { type Detail, detail } from "./config/details.ts";
export type { Choice } from "./config/displays.ts";
export { type Field, type FieldMap, type FieldValues, field } from "./config/field.ts";
export { type Rule, rule } from "./config/rules.ts";
export type { ZodFieldMeta } from "./config/zod-config.ts";
export {
  type Datasource,
  type DatasourceDeclaration,
  defineDatasource,
} from "./datasources/define-datasource.ts";
export { UserError } from "./errors/user-error.ts";
export type { File, FileValue } from "./files/file.ts";
export type { Files, NewFile } from "./files/files.ts";
export { defineIntegration, type IntegrationDeclaration } from "./integrations/define-integration.ts";
export type { DeviceAuth, DeviceAuthPoll, DeviceAuthStart, Integration } from "./integrations/integration.ts";
export type { OAuth2Declaration, ProviderDeclaration } from "./integrations/providers.ts";
export { type Connector, type DataType, data } from "./nodes/data.ts";
export { defineNode, type NodeDeclaration } from "./nodes/define-node.ts";
export { defineNodeV2, type NodeV2Declaration } from "./nodes/define-node-v2.ts";
export type { FormChange, NodeForm } from "./nodes/form.ts";
export type { Node, NodeCategory } from "./nodes/node.ts";
export { definePlugin, type Plugin, type PluginDeclaration } from "./plugin/define-plugin.ts";
export {
  defineTrigger,
  type PollResult,
  type Trigger,
  type TriggerDeclaration,
} from "./triggers/define-trigger.ts";
