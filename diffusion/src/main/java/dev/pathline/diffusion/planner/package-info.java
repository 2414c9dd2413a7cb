/** From the settings of a request and a model's card to a plan, or to a refusal that says what would be accepted. */
@NullMarked
package dev.pathline.diffusion.planner;

import org.jspecify.annotations.NullMarked;
