/** Reading requests strictly: nothing is ignored, and all mistakes are told at once. */
@NullMarked
package dev.pathline.api.request;

import org.jspecify.annotations.NullMarked;
