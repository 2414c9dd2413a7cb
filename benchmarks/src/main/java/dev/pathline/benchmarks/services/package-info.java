/** What a database and a broker carry, without what workers compute. */
@NullMarked
package dev.pathline.benchmarks.services;

import org.jspecify.annotations.NullMarked;
