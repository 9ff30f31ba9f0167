/* Start-up and devices of the MPS2 board (ARM AN386): CMSDK UARTs, a CMSDK timer at 25 MHz. */
#include "board.h"

int main(void);

/* Of the linker script. */
extern uint32_t board_data_begin[];
extern uint32_t board_data_end[];
extern uint32_t board_data_load[];
extern uint32_t board_bss_begin[];
extern uint32_t board_bss_end[];
extern uint32_t board_stack_begin[];
extern uint32_t board_stack_end[];

#define BOARD_PAINT 0xA5C3A5C3u

/* ---- devices ---- */

typedef struct board_uart {
    volatile uint32_t data;
    volatile uint32_t state; /* 1: sending is full; 2: a byte was received */
    volatile uint32_t control;
    volatile uint32_t interrupt;
    volatile uint32_t divisor;
} board_uart;

typedef struct board_timer {
    volatile uint32_t control;
    volatile uint32_t value; /* counts down */
    volatile uint32_t reload;
} board_timer;

#define BOARD_UART(line) ((board_uart *)(0x40004000u + 0x1000u * (unsigned)(line)))
#define BOARD_TIMER ((board_timer *)0x40000000u)
#define BOARD_TICKS_A_MICROSECOND 25u

static void board_open(void)
{
    for (int line = BOARD_NETWORK; line <= BOARD_HOST; line++) {
        BOARD_UART(line)->divisor = 16;
        BOARD_UART(line)->control = 3; /* both ways */
    }
    BOARD_TIMER->reload = 0xFFFFFFFFu;
    BOARD_TIMER->value = 0xFFFFFFFFu;
    BOARD_TIMER->control = 1;
}

int board_put(int line, unsigned char byte)
{
    if ((BOARD_UART(line)->state & 1) != 0) {
        return 0;
    }
    BOARD_UART(line)->data = byte;
    return 1;
}

int board_get(int line)
{
    return (BOARD_UART(line)->state & 2) != 0 ? (int)(BOARD_UART(line)->data & 0xFF) : -1;
}

uint64_t board_microseconds(void)
{
    static uint32_t last = 0xFFFFFFFFu;
    static uint64_t ticks;
    uint32_t value = BOARD_TIMER->value;

    ticks += (uint32_t)(last - value);
    last = value;
    return ticks / BOARD_TICKS_A_MICROSECOND;
}

/* ---- memory ---- */

size_t board_static_bytes(void)
{
    return (size_t)((uintptr_t)board_data_end - (uintptr_t)board_data_begin) +
           (size_t)((uintptr_t)board_bss_end - (uintptr_t)board_bss_begin);
}

size_t board_stack_peak(void)
{
    const volatile uint32_t *at = board_stack_begin;

    while (at < board_stack_end && *at == BOARD_PAINT) {
        at++;
    }
    return (size_t)((uintptr_t)board_stack_end - (uintptr_t)at);
}

/* ---- start and end ---- */

/* Semihosting: QEMU ends with this exit code. */
static void board_exit(int code)
{
    uint32_t arguments[2];
    register uint32_t operation __asm__("r0") = 0x20; /* SYS_EXIT_EXTENDED */
    register uint32_t *parameters __asm__("r1") = arguments;

    arguments[0] = 0x20026; /* ADP_Stopped_ApplicationExit */
    arguments[1] = (uint32_t)code;
    __asm__ volatile("bkpt 0xAB" : "+r"(operation) : "r"(parameters) : "memory");
}

void board_reset(void);
void board_fault(void);

/* Runs below a stack that is not in use yet. */
__attribute__((noreturn)) void board_reset(void)
{
    uint32_t *here;
    const uint32_t *from = board_data_load;

    __asm__ volatile("mov %0, sp" : "=r"(here));
    for (uint32_t *at = board_stack_begin; at < here - 8; at++) {
        *at = BOARD_PAINT;
    }
    for (uint32_t *at = board_data_begin; at < board_data_end; at++) {
        *at = *from++;
    }
    for (uint32_t *at = board_bss_begin; at < board_bss_end; at++) {
        *at = 0;
    }
    board_open();
    board_exit(main());
    for (;;) {
    }
}

void board_fault(void)
{
    board_exit(3);
    for (;;) {
    }
}

typedef struct board_vectors {
    uint32_t *stack;
    void (*handlers[15])(void);
} board_vectors;

__attribute__((section(".vectors"), used)) const board_vectors board_table = {
    board_stack_end,
    {board_reset, board_fault, board_fault, board_fault, board_fault, board_fault}};
