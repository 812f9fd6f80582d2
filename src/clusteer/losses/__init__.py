"""What the deep methods minimise: torch functions, one equation each.

Assignments come and go as logarithms, so that every loss is finite, with finite gradients, at any distance and in any
precision; half precision is raised to float32 on entry. Every loss is a mean, so that its size does not depend on how
many items, pairs or triplets there are. Where there is nothing to do it is exactly 0, and its gradient is too.
"""

from clusteer.losses.angular import angular_pair_loss, pair_belief_loss
from clusteer.losses.assignment import kl_loss, log_assignment, log_frequency, sharpened_target
from clusteer.losses.constrained import constrained_contrast_loss
from clusteer.losses.contrastive import cluster_contrast_loss, contrastive_loss, entropy_loss, instance_loss
from clusteer.losses.difficulty import difficulty_loss
from clusteer.losses.links import cannot_link_loss, log_apart, log_together, must_link_loss, siamese_loss
from clusteer.losses.membership import confidence_loss, membership_loss, rejection_loss
from clusteer.losses.proxies import alignment_loss, inter_cluster_loss, intra_cluster_loss, joined, word_weights
from clusteer.losses.reconstruction import reconstruction_loss
from clusteer.losses.rules import rule_loss
from clusteer.losses.sizes import balance_loss, bound_loss, corrected_shares, size_loss
from clusteer.losses.triplets import triplet_loss

__all__ = [
    "alignment_loss",
    "angular_pair_loss",
    "balance_loss",
    "bound_loss",
    "cannot_link_loss",
    "cluster_contrast_loss",
    "confidence_loss",
    "constrained_contrast_loss",
    "contrastive_loss",
    "corrected_shares",
    "difficulty_loss",
    "entropy_loss",
    "instance_loss",
    "inter_cluster_loss",
    "intra_cluster_loss",
    "joined",
    "kl_loss",
    "log_apart",
    "log_assignment",
    "log_frequency",
    "log_together",
    "membership_loss",
    "must_link_loss",
    "pair_belief_loss",
    "reconstruction_loss",
    "rejection_loss",
    "rule_loss",
    "sharpened_target",
    "siamese_loss",
    "size_loss",
    "triplet_loss",
    "word_weights",
]
