# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for refloat. Commands and options come from the program itself.

# the accounts of the system that is mounted, or in the folder behind --root: no disk is looked into for them
_refloat_users()
{
	local root=() i
	for ((i = 1; i < cword; i++)); do
		[[ ${words[i]} == --root ]] && root=(--root "${words[i + 1]}")
		[[ ${words[i]} == --root=* ]] && root=("${words[i]}")
	done
	if ((${#root[@]} == 0)); then
		"${words[0]}" status --json 2>/dev/null | grep -q '"mounted": *{' || return
	fi
	"${words[0]}" accounts --all --json "${root[@]}" 2>/dev/null |
		sed -n -e '/^  "obstacles"/q' -e 's/^      "name": "\([A-Za-z0-9_][A-Za-z0-9_.-]*\)",*$/\1/p'
}

_refloat()
{
	local cur prev words cword
	COMPREPLY=()
	if declare -F _init_completion >/dev/null; then
		_init_completion -n = || return
	else
		cur=${COMP_WORDS[COMP_CWORD]}
		prev=${COMP_WORDS[COMP_CWORD - 1]}
		words=("${COMP_WORDS[@]}")
		cword=$COMP_CWORD
	fi
	local table kind first second third command='' metavar='' word='' i
	table=$("${words[0]}" --complete 2>/dev/null) || return

	# the command is the first word that is neither an option nor the value of one
	for ((i = 1; i < cword; i++)); do
		if [[ ${words[i]} == -- ]]; then
			return # what follows belongs to another program
		elif [[ ${words[i]} == -* ]]; then
			[[ ${words[i]} != *=* && $'\n'$table == *$'\n'"common ${words[i]} "* ]] && i=$((i + 1))
		elif [[ -z $command ]]; then
			command=${words[i]}
		fi
	done

	local candidates=()
	while read -r kind first second third; do
		case $kind in
		common)
			candidates+=("$first")
			[[ $prev == "$first" ]] && metavar=$second
			;;
		command)
			[[ -z $command ]] && candidates+=("$first")
			;;
		option)
			[[ $first == "$command" ]] || continue
			candidates+=("$second")
			[[ $prev == "$second" ]] && metavar=$third
			;;
		word)
			[[ $first == "$command" && $second == DIR ]] && word=DIR
			[[ $first == "$command" && $second == ID ]] && word=ID
			[[ $first == "$command" && $second == USER ]] && word=USER
			;;
		esac
	done <<<"$table"

	if [[ -z $metavar && $cur != -* ]]; then
		metavar=$word
	fi
	case $metavar in
	ID) mapfile -t COMPREPLY < <(compgen -W "$("${words[0]}" jobs --json 2>/dev/null |
		sed -n 's/^ *"id": *\([0-9]*\),*$/\1/p')" -- "$cur") ;;
	USER) mapfile -t COMPREPLY < <(compgen -W "$(_refloat_users)" -- "$cur") ;;
	FILE) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	DIR | FOLDER) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
	'') mapfile -t COMPREPLY < <(compgen -W "${candidates[*]}" -- "$cur") ;;
	esac
	if [[ $metavar == FILE || $metavar == DIR || $metavar == FOLDER ]]; then
		compopt -o filenames 2>/dev/null
	fi
} && complete -F _refloat refloat
