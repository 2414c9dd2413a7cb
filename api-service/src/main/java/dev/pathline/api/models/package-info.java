/** What can be asked for: models and solvers. */
@NullMarked
package dev.pathline.api.models;

import org.jspecify.annotations.NullMarked;
