"""Delivery over NATS JetStream: the embedded server, the relay from ledger to stream, the reader of a stream."""
