// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_VIEW_H
#define LMU_PLUGIN_VIEW_H

/**
   @file
   What a plugin tells its window, and the window to the plugin.

   The window sends a Watch once a second while it is open, and one with a rate
   of 0 when it closes, to port "control".  The plugin answers with Views from
   port "notify", and stops by itself some seconds after the last Watch, as
   messages may get lost and windows may die.

   A View has the properties below that the plugin knows, in any order.  One
   that does not fit the host's buffer lacks traces, or is not sent.  A memory
   that is too large for one message comes in parts of one sequence number,
   from its start on, each with all other properties but traces; traces come
   with the first part.  Both sides treat what they receive as untrusted.
*/

/// Object from the window: watch
#define LMU_URI_WATCH "urn:lmu-lv2:Watch"

/// Float in a Watch: Views a second, 0 for none
#define LMU_URI_WATCH_RATE "urn:lmu-lv2:watchRate"

/// Object from the plugin: view
#define LMU_URI_VIEW "urn:lmu-lv2:View"

/// Int: one more in each View, but the same in all parts of one
#define LMU_URI_SEQUENCE "urn:lmu-lv2:sequence"

/// Float: window [s]
#define LMU_URI_VIEW_THETA "urn:lmu-lv2:viewTheta"

/// Float: frames of the plugin per second
#define LMU_URI_VIEW_RATE "urn:lmu-lv2:viewRate"

/// Int: order of the memory at work, 0 if there is none
#define LMU_URI_VIEW_ORDER "urn:lmu-lv2:viewOrder"

/// Int: what the memory's numbers are, a ViewBasis
#define LMU_URI_BASIS "urn:lmu-lv2:basis"

/// Int: index of the first number in the memory
#define LMU_URI_OFFSET "urn:lmu-lv2:offset"

/// Vector of Float: numbers of the memory, at most VIEW_NUMBERS
#define LMU_URI_NUMBERS "urn:lmu-lv2:numbers"

/// Int: what traces cover [frames]
#define LMU_URI_TRACE_WINDOW "urn:lmu-lv2:traceWindow"

/// Int: frames that each pair of a trace is of
#define LMU_URI_TRACE_SPAN "urn:lmu-lv2:traceSpan"

/// Int: frames of the first pair before the window
#define LMU_URI_TRACE_LEAD "urn:lmu-lv2:traceLead"

/// Vector of Float: values of the outline of the input that these three make,
/// see core/dsp/rt/outline.h
#define LMU_URI_INPUT_TRACE "urn:lmu-lv2:inputTrace"

/// Vector of Float: the same of the output
#define LMU_URI_OUTPUT_TRACE "urn:lmu-lv2:outputTrace"

/// Property for MOD's web interface: a Vector of Float, with theta [s], order,
/// and at most VIEW_MOD_NUMBERS coefficients in the paper's scaling.  It is set
/// again and again in MOD's host, and elsewhere after a patch:Get of it, which
/// counts as a Watch.
#define LMU_URI_MOD_VIEW "urn:lmu-lv2:modView"

/// Greatest number of coefficients for MOD's web interface, which gets them as
/// text
#define VIEW_MOD_NUMBERS 24U

/// How often it gets them a second
#define VIEW_MOD_RATE 10.0

/// What the numbers of a memory are
typedef enum {
  VIEW_COEFFICIENTS, ///< m_0, m_1... in the paper's scaling, [order]
  VIEW_MODES,        ///< The state of core/memory/rt/memory.h,
                     ///< [n_blocks][2][LMU_LANES]
} ViewBasis;

/// Greatest number of numbers in a message
#define VIEW_NUMBERS 2048U

/// Greatest number of Views a second
#define VIEW_MAX_RATE 30.0f

/// Time after the last Watch for which Views are sent [s]
#define VIEW_PATIENCE_SECONDS 4.0

#endif // LMU_PLUGIN_VIEW_H
