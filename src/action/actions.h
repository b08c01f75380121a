/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every action and every class of steps, one file each. */
#ifndef REFLOAT_ACTION_ACTIONS_H
#define REFLOAT_ACTION_ACTIONS_H

#include "action/action.h"

extern const struct action action_mount;
extern const struct action action_umount;
extern const struct action action_chroot;
extern const struct action action_undo;
extern const struct action action_windows_account;
extern const struct action action_check_fs;
extern const struct action action_passwd;
extern const struct action action_mend_account;
extern const struct action action_add_key;
extern const struct action action_add_account;

extern const struct step_class step_attach_image;
extern const struct step_class step_attach_loop;
extern const struct step_class step_assemble_array;
extern const struct step_class step_activate_volume;
extern const struct step_class step_unlock;
extern const struct step_class step_make_folder;
extern const struct step_class step_mount;
extern const struct step_class step_swap_on;
extern const struct step_class step_chroot;
extern const struct step_class step_unmount;
extern const struct step_class step_end_holders;
extern const struct step_class step_check;
extern const struct step_class step_check_undoable;
extern const struct step_class step_unmount_for_now;
extern const struct step_class step_replay_journal;
extern const struct step_class step_restore_superblock;
extern const struct step_class step_recover_superblock;
extern const struct step_class step_save_metadata;
extern const struct step_class step_edit_file;
extern const struct step_class step_set_attributes;
extern const struct step_class step_make_link;
extern const struct step_class step_make_own_folder;

#endif
