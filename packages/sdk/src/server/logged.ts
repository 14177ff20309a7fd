/**
 * The types of wrapped servers: the methods that take handlers once more, with a context that has a `log`. Types only: nothing
 * is loaded, and only those of the SDK whose server was wrapped are looked at.
 */
import type * as V1 from '@modelcontextprotocol/sdk/server/mcp.js'
import type {
  AnySchema,
  ShapeOutput,
  ZodRawShapeCompat,
} from '@modelcontextprotocol/sdk/server/zod-compat.js'
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js'
import type { Variables as VariablesV1 } from '@modelcontextprotocol/sdk/shared/uriTemplate.js'
import type * as TypesV1 from '@modelcontextprotocol/sdk/types.js'
import type * as V2 from '@modelcontextprotocol/server'
import type { FastMcpLogger, Logger, ServerLogging } from './types.ts'

type Awaitable<T> = T | Promise<T>

/** The context of SDK v1's handlers, with our logger. */
export type ExtraWithLog = RequestHandlerExtra<TypesV1.ServerRequest, TypesV1.ServerNotification> & {
  log: Logger
}

/** The context of SDK v2's handlers, with our logger. */
export type ContextWithLog = V2.ServerContext & { log: Logger }

type ToolV1<Args extends undefined | ZodRawShapeCompat | AnySchema = undefined> = V1.BaseToolCallback<
  TypesV1.CallToolResult,
  ExtraWithLog,
  Args
>
type PromptV1<Args extends undefined | ZodRawShapeCompat = undefined> = Args extends ZodRawShapeCompat
  ? (args: ShapeOutput<Args>, extra: ExtraWithLog) => Awaitable<TypesV1.GetPromptResult>
  : (extra: ExtraWithLog) => Awaitable<TypesV1.GetPromptResult>
type ResourceV1 = (uri: URL, extra: ExtraWithLog) => Awaitable<TypesV1.ReadResourceResult>
type TemplateV1 = (
  uri: URL,
  variables: VariablesV1,
  extra: ExtraWithLog,
) => Awaitable<TypesV1.ReadResourceResult>

interface LoggedV1 {
  registerTool<
    OutputArgs extends ZodRawShapeCompat | AnySchema,
    InputArgs extends undefined | ZodRawShapeCompat | AnySchema = undefined,
  >(
    name: string,
    config: {
      title?: string
      description?: string
      inputSchema?: InputArgs
      outputSchema?: OutputArgs
      annotations?: TypesV1.ToolAnnotations
      _meta?: Record<string, unknown>
    },
    cb: ToolV1<InputArgs>,
  ): V1.RegisteredTool
  tool(name: string, cb: ToolV1): V1.RegisteredTool
  tool(name: string, description: string, cb: ToolV1): V1.RegisteredTool
  tool<Args extends ZodRawShapeCompat>(
    name: string,
    paramsSchemaOrAnnotations: Args | TypesV1.ToolAnnotations,
    cb: ToolV1<Args>,
  ): V1.RegisteredTool
  tool<Args extends ZodRawShapeCompat>(
    name: string,
    description: string,
    paramsSchemaOrAnnotations: Args | TypesV1.ToolAnnotations,
    cb: ToolV1<Args>,
  ): V1.RegisteredTool
  tool<Args extends ZodRawShapeCompat>(
    name: string,
    paramsSchema: Args,
    annotations: TypesV1.ToolAnnotations,
    cb: ToolV1<Args>,
  ): V1.RegisteredTool
  tool<Args extends ZodRawShapeCompat>(
    name: string,
    description: string,
    paramsSchema: Args,
    annotations: TypesV1.ToolAnnotations,
    cb: ToolV1<Args>,
  ): V1.RegisteredTool
  registerPrompt<Args extends ZodRawShapeCompat>(
    name: string,
    config: { title?: string; description?: string; argsSchema?: Args },
    cb: PromptV1<Args>,
  ): V1.RegisteredPrompt
  prompt(name: string, cb: PromptV1): V1.RegisteredPrompt
  prompt(name: string, description: string, cb: PromptV1): V1.RegisteredPrompt
  prompt<Args extends ZodRawShapeCompat>(
    name: string,
    argsSchema: Args,
    cb: PromptV1<Args>,
  ): V1.RegisteredPrompt
  prompt<Args extends ZodRawShapeCompat>(
    name: string,
    description: string,
    argsSchema: Args,
    cb: PromptV1<Args>,
  ): V1.RegisteredPrompt
  registerResource(
    name: string,
    uri: string,
    config: V1.ResourceMetadata,
    readCallback: ResourceV1,
  ): V1.RegisteredResource
  registerResource(
    name: string,
    template: V1.ResourceTemplate,
    config: V1.ResourceMetadata,
    readCallback: TemplateV1,
  ): V1.RegisteredResourceTemplate
  resource(name: string, uri: string, readCallback: ResourceV1): V1.RegisteredResource
  resource(
    name: string,
    uri: string,
    metadata: V1.ResourceMetadata,
    readCallback: ResourceV1,
  ): V1.RegisteredResource
  resource(
    name: string,
    template: V1.ResourceTemplate,
    readCallback: TemplateV1,
  ): V1.RegisteredResourceTemplate
  resource(
    name: string,
    template: V1.ResourceTemplate,
    metadata: V1.ResourceMetadata,
    readCallback: TemplateV1,
  ): V1.RegisteredResourceTemplate
}

type SchemaV2 = V2.StandardSchemaWithJSON
/** A plain object of zod schemas, as SDK v2 takes it too. */
type ShapeV2 = Extract<Parameters<ShapeTool>[1]['inputSchema'], Record<string, unknown>>
type ShapeTool = Extract<V2.McpServer['registerTool'], (...args: never[]) => unknown>
type ToolResultV2 = V2.CallToolResult | V2.InputRequiredResult
type PromptResultV2 = V2.GetPromptResult | V2.InputRequiredResult
type ReadResultV2 = V2.ReadResourceResult | V2.InputRequiredResult
type OutputOf<Shape> = {
  [Key in keyof Shape]: Shape[Key] extends { _output: infer Output } ? Output : unknown
}

type ToolConfigV2<Input, Output> = Omit<
  Parameters<V2.McpServer['registerTool']>[1],
  'inputSchema' | 'outputSchema'
> & {
  inputSchema?: Input
  outputSchema?: Output
}
type PromptConfigV2<Args> = Omit<Parameters<V2.McpServer['registerPrompt']>[1], 'argsSchema'> & {
  argsSchema?: Args
}
type ResourceConfigV2 = Parameters<V2.McpServer['registerResource']>[2]

interface LoggedV2 {
  registerTool<Output extends SchemaV2, Input extends SchemaV2 | undefined = undefined>(
    name: string,
    config: ToolConfigV2<Input, Output>,
    cb: V2.BaseToolCallback<ToolResultV2, ContextWithLog, Input>,
  ): V2.RegisteredTool
  registerTool<Input extends ShapeV2>(
    name: string,
    config: ToolConfigV2<Input, ShapeV2 | SchemaV2>,
    cb: (args: OutputOf<Input>, ctx: ContextWithLog) => Awaitable<ToolResultV2>,
  ): V2.RegisteredTool
  registerPrompt(
    name: string,
    config: PromptConfigV2<undefined>,
    cb: (ctx: ContextWithLog) => Awaitable<PromptResultV2>,
  ): V2.RegisteredPrompt
  registerPrompt<Args extends SchemaV2>(
    name: string,
    config: PromptConfigV2<Args>,
    cb: (args: V2.StandardSchemaWithJSON.InferOutput<Args>, ctx: ContextWithLog) => Awaitable<PromptResultV2>,
  ): V2.RegisteredPrompt
  registerPrompt<Args extends ShapeV2>(
    name: string,
    config: PromptConfigV2<Args>,
    cb: (args: OutputOf<Args>, ctx: ContextWithLog) => Awaitable<PromptResultV2>,
  ): V2.RegisteredPrompt
  registerResource(
    name: string,
    uri: string,
    config: ResourceConfigV2,
    readCallback: (uri: URL, ctx: ContextWithLog) => Awaitable<ReadResultV2>,
  ): V2.RegisteredResource
  registerResource(
    name: string,
    template: V2.ResourceTemplate,
    config: ResourceConfigV2,
    readCallback: (uri: URL, variables: V2.Variables, ctx: ContextWithLog) => Awaitable<ReadResultV2>,
  ): V2.RegisteredResourceTemplate
}

/** A Standard Schema, as far as fastmcp's tools need it here. */
interface Schema {
  readonly '~standard': { readonly types?: { readonly output: unknown } | undefined }
}
type SchemaOutput<S> = S extends { readonly '~standard': { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly output: infer Output }
    ? Output
    : unknown
  : unknown

type AnyTool = { execute: (args: never, context: never) => unknown }
type FastMcpTool<S> = S extends { addTool: (tool: infer Tool) => unknown } ? Tool & AnyTool : AnyTool
type FastMcpContext<S> = Omit<Parameters<FastMcpTool<S>['execute']>[1], 'log'> & { log: FastMcpLogger }
type LoggedTool<S, Params> = Omit<FastMcpTool<S>, 'execute' | 'parameters'> & {
  parameters?: Params
  execute: (args: SchemaOutput<Params>, context: FastMcpContext<S>) => ReturnType<FastMcpTool<S>['execute']>
}

interface LoggedFastMcp<S> {
  addTool<Params extends Schema>(tool: LoggedTool<S, Params>): void
}

/** A server as `withLogging` returns it: the same, its handlers typed with `log`, and `logging`. */
export type WithLogging<S> = (S extends { addTool: unknown }
  ? LoggedFastMcp<S>
  : S extends { tool: unknown }
    ? LoggedV1
    : LoggedV2) &
  S & { readonly logging: ServerLogging }
