/** What a run was like: its log, and the report that is drawn from it. */
@org.jspecify.annotations.NullMarked
package dev.pathline.trainer.report;
