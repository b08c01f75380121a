/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of actions, in menu order, and the table of what their steps can be. */
#include "action/actions.h"

const struct action *const actions[] = {
	&action_mount,
	&action_umount,
	&action_check_fs,
	&action_passwd,
	&action_mend_account,
	&action_add_key,
	&action_add_account,
	&action_windows_account,
	&action_chroot,
	&action_undo,
	NULL,
};

const struct step_class *const step_classes[] = {
	&step_attach_image,
	&step_attach_loop,
	&step_assemble_array,
	&step_activate_volume,
	&step_unlock,
	&step_make_folder,
	&step_mount,
	&step_swap_on,
	&step_chroot,
	&step_unmount,
	&step_end_holders,
	&step_check,
	&step_check_undoable,
	&step_unmount_for_now,
	&step_replay_journal,
	&step_restore_superblock,
	&step_recover_superblock,
	&step_save_metadata,
	&step_edit_file,
	&step_set_attributes,
	&step_make_link,
	&step_make_own_folder,
	NULL,
};
