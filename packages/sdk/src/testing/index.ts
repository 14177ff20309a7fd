/** What tests of servers, clients and sinks need, with any test runner. */
export {
  type Behaviour,
  type CheckSinkSettings,
  checkSink,
  type SinkCheck,
  type SinkFake,
} from './check-sink.ts'
export {
  type FakeOtlp,
  fakeOtlp,
  type OtlpAnswer,
  type OtlpReceived,
  type OtlpReceivedLog,
} from './fake-otlp.ts'
export {
  type FakeCall,
  type FakeMessage,
  type FakeServer,
  type FakeServerOptions,
  type FakeTool,
  type FakeTransport,
  fakeServer,
  NO_ANSWER,
} from './fake-server.ts'
export { type Match, type Recorder, type RecordPart, recorder } from './recorder.ts'
export { makeRecord } from './records.ts'
