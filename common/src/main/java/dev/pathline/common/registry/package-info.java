/** What every adapter of the registry does the same way: finding in a catalogue, collecting garbage. */
@NullMarked
package dev.pathline.common.registry;

import org.jspecify.annotations.NullMarked;
