/** What a registered model is: its manifest, its lineage, and the rules for names, versions and files. */
@NullMarked
package dev.pathline.common.model;

import org.jspecify.annotations.NullMarked;
