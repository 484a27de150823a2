// The parts of every section. They are for one asm statement with operands
// [area], [cell0] (slot 0's word) and [slots], an immediate; rax is the
// section's, and holds the address of this CPU's word after CREF_ENTER. Between
// that and CREF_LEAVE stands the operation, whose last instruction is the commit.
//
//	entry:
//	    area.rseq_cs = &descriptor
//	    rax = area.cpu_id
//	    if rax >= slots: goto out               // -1: nobody is registered
//	    rax = cell0 + rax << stride_shift
//	    ... operation
//	    commit: one store
//	post_commit:
//	abort:
//	    goto entry
//
// Entry, and not what follows the store, is the section's start, and an abort
// goes there: the kernel has cleared rseq_cs by then. So a section must leave
// its inputs as they are.
//
// The sum of cell0 and offset is computed first, so that load and store have the
// same single register for an address, as in package asm: some processors then
// forward the last operation's store to this one's load sooner.

#ifndef CREF_SECTION_H
#define CREF_SECTION_H

#include <sys/rseq.h>

#include "cref.h"

_Static_assert(cref_stride_shift == 16, "shift in CREF_ENTER");
_Static_assert(RSEQ_SIG == 0x53053053, "signature");
_Static_assert(offsetof(struct rseq, cpu_id) == 4, "cpu_id");
_Static_assert(offsetof(struct rseq, rseq_cs) == 8, "rseq_cs");

// The descriptor is written to only by the dynamic linker: its addresses are
// relocated in an executable that is position-independent.
#define CREF_ENTER(out) \
	".pushsection .data.rel.ro.cref, \"aw\"\n\t" \
	".balign 32\n" \
	"1:\t.long 0, 0\n\t" \
	".quad 2f, 3f - 2f, 4f\n\t" \
	".popsection\n" \
	"2:\tleaq 1b(%%rip), %%rax\n\t" \
	"movq %%rax, %%fs:8(%[area])\n\t" \
	"movl %%fs:4(%[area]), %%eax\n\t" \
	"cmpl %[slots], %%eax\n\t" \
	"jae " out "\n\t" \
	"shlq $16, %%rax\n\t" \
	"addq %[cell0], %%rax\n\t"

// The signature is the operand of an instruction that is never executed, ud1,
// so that a disassembler is not led astray.
#define CREF_LEAVE \
	"\n3:\n\t" \
	".pushsection .text.cref_abort, \"ax\"\n\t" \
	".byte 0x0f, 0xb9, 0x3d\n\t" \
	".long 0x53053053\n" \
	"4:\tjmp 2b\n\t" \
	".popsection\n\t"

#endif
