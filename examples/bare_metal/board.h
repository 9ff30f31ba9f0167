/* The board: two serial lines, a timer, and how much memory there was. */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

#define BOARD_NETWORK 0 /* serial lines */
#define BOARD_HOST 1

/* 1 when the line took the byte; 0: later. */
int board_put(int line, unsigned char byte);

/* The next byte; -1: there is none yet. */
int board_get(int line);

/* Since the start. Asked at least every two minutes, or it misses a turn of the timer. */
uint64_t board_microseconds(void);

/* Bytes of .data and .bss without the library's block. */
size_t board_static_bytes(void);

/* Bytes of the stack that were in use at the most: the rest still has the start's paint on it. */
size_t board_stack_peak(void);

#endif
