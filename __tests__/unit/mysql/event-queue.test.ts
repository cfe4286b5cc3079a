import { expect, test } from '@jest/globals';
import { EventQueue } from '../../../src/mysql/binlog/event-queue.ts';
import { readEvent, type LogEvent } from '../../../src/mysql/binlog/log-event.ts';

/** An event of 100 bytes as the server sends it, of which the last four are its checksum. */
const event = (): LogEvent => readEvent(Buffer.alloc(100), 4);

function queueOf(mostBytes: number) {
  const tap = { isOpen: true };
  const queue = new EventQueue(mostBytes, {
    pause: () => (tap.isOpen = false),
    resume: () => (tap.isOpen = true),
  });
  return { tap, queue };
}

test('events come out in the order in which they went in', () => {
  const { queue } = queueOf(1000);
  const events = [event(), event(), event()];
  for (const each of events) queue.put(each);
  expect(queue.isEmpty).toBe(false);
  expect([queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([...events, undefined]);
  expect(queue.isEmpty).toBe(true);
});

test('the server waits while more is there than fits, and goes on when half of it was taken', () => {
  const { tap, queue } = queueOf(1000);
  for (let number = 1; tap.isOpen; number += 1) {
    expect(number).toBeLessThan(12);
    queue.put(event());
  }
  while (!tap.isOpen) expect(queue.take()).toBeDefined();
  expect(queue.isEmpty).toBe(false);
});

test('however many events went through, an empty queue never holds the server up', () => {
  const { tap, queue } = queueOf(1000);
  for (let round = 0; round < 1000; round += 1) {
    while (tap.isOpen) queue.put(event());
    while (!queue.isEmpty) queue.take();
    expect(tap.isOpen).toBe(true);
  }
});
